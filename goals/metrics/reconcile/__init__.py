"""Why the CRM's own report shows another number: from theirs to ours, step by step."""
