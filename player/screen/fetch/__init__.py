"""Streams fetched for the decoders, which have no network: a process with the network and nothing else for each stream."""
