"""The journal room: records of what was shown, kept on the disk, signed, and handed out in batches."""
