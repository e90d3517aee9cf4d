"""What plays: scene, schedule, sources, rotation, changes of item."""
