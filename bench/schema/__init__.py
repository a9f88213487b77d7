"""What requests notice while the tables change: `./dev bench schema`."""
