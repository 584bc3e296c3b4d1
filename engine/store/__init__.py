"""PostgreSQL: tables, the transaction, the event log, migrations, deferred jobs. With engine.queries the only package that knows SQLAlchemy."""
