"""`panel-office notify`: what goes wrong and what is over, told to people by e-mail, a webhook or a command."""
