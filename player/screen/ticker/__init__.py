"""The running text on the screen: a band along an edge of the region, and the process that moves a text through it."""
