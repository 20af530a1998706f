"""Run the migrations over the connection that `quizzes.store.connect` hands in."""

from alembic import context

from quizzes.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
