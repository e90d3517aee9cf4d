"""The pictures that the player draws itself; the only folder that imports Pillow, and free of X and libvlc: the office
draws the same cards. Pillow is large, so its files are imported only where a picture is drawn; only order.py, which says
what is wanted, is the daemon's, too."""
