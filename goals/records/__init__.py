"""The neutral records that every CRM is mapped to: validated, upserted, checked for quality."""
