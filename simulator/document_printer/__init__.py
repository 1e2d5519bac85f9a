"""A virtual print queue for A4: speaks IPP over HTTP, keeps the documents that it printed."""
