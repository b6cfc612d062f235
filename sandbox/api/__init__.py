"""The Web API: one function a method, and the door before them."""
