"""How the program itself runs: its log, its pace, its start and its end."""
