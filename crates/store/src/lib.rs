//! One port to storage, SQLite behind it.
