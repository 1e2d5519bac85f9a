"""What the kiosk does: visits, services, operations. No window, no serial port, no card reader constant."""
