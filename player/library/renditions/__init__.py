"""Renditions: what no decoder opens (pages of documents, texts, photos of telephones, moving pictures) is made into a picture or
a film once, in a child process, and kept in the store."""
