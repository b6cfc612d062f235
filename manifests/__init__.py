"""What may happen: the actions agents may propose, and the pure policy that reads them."""
