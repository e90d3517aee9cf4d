"""The room that talks MQTT: contract (pure) and link (paho)."""
