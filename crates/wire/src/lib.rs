//! Sans-I/O decoders, one module a protocol.
