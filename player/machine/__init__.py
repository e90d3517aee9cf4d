"""The room that knows this computer: vitals, systemd, clock, power, sticks."""
