"""What dev/bench measures, within Odoo: ``python -m benchmark MEASURE CONFIGURATION``.

Each measure runs in a process of its own, and prints one JSON object on its last line.
"""
