"""Flow documents, versions, validation and the pure interpreter."""
