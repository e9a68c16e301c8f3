//! What the decoders of XML messages share.
