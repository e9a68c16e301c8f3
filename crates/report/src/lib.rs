//! Renderers: terminal, HTML, CSV, XLSX, JSONL.
