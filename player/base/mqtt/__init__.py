"""One MQTT 5 connection, for the panel's link and for the office's programs."""
