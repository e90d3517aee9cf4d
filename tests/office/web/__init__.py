"""The office's web console: who may do what, what the pages say, and what they withstand."""
