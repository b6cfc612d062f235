"""What people ask for on cards and in forms, carried out."""
