"""The first hour: the wizard of three questions, company templates, the demo company."""
