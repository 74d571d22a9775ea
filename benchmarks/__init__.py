"""Benchmarks: what the course promises of speed and skill, measured side by side in one run.

python -m benchmarks                     everything; minutes, and the skill part much longer
python -m benchmarks generator reading   some groups
python -m benchmarks --quick             small sizes, in a minute: to see that it works
"""
