"""The office's commands obeyed, and what is reported back."""
