"""The desk's pages: a file a noun. Each reads the request, calls one verb, and renders."""
