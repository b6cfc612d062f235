"""What may be typed after /keyturn."""
