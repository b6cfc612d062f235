"""The parts of a card, each drawn by itself and laid together by whoever needs it."""
