"""What the worksheets notice in answers: rules that name their evidence and what would mend it."""
