"""Odoo's invoices, some of which are for students."""

from .account_move_send import AccountMoveSend

#: The model without which the app is not installed.
MODEL = "account.move.send"
DEFINITIONS = (AccountMoveSend,)
