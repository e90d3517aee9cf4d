"""The room that knows this computer: vitals, clock, power, systemd, saved state, log."""
