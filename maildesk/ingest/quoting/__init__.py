"""How to tell what a mail's author newly wrote from what the mail client put around it."""
