"""What stands around the form on a task's page: the case at a glance, what was said before, what comes next, the diagram.

Nothing here grows with the length of the instance, except the diagram and the course, which are asked for by themselves.
"""
