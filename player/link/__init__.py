"""The room of the link to the office: MQTT."""
