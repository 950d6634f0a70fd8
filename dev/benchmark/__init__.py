"""What dev/bench measures, within Odoo: ``python -m benchmark MEASURE CONFIGURATION``.

A measure is a function that is given databases, and runs in a process of its own.
"""
