// MikroTik
