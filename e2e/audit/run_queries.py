"""Runs queries written for Athena over CloudTrail's events.

Reads {"tables": {NAME: {"columns": {COLUMN: TYPE}, "rows": [...]}}, "queries": [SQL...]} from standard input. sqlglot reads
the SQL as Athena's and writes it as DuckDB's, which executes it. Prints a list of rows for each query.
"""

import json
import sys
import tempfile

import duckdb
import sqlglot


def make_table(connection, name, table):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.writelines(json.dumps(row) + "\n" for row in table["rows"])
        file.flush()
        columns = ", ".join(f"{column}: '{kind}'" for column, kind in table["columns"].items())
        source = f"read_json('{file.name}', format = 'newline_delimited', columns = {{{columns}}})"
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {source}")


def run(connection, query):
    (sql,) = sqlglot.transpile(query, read="athena", write="duckdb", unsupported_level=sqlglot.ErrorLevel.RAISE)
    result = connection.execute(sql)
    names = [column[0].lower() for column in result.description]
    return [dict(zip(names, row)) for row in result.fetchall()]


def main():
    asked = json.load(sys.stdin)
    connection = duckdb.connect()
    for name, table in asked["tables"].items():
        make_table(connection, name, table)
    print(json.dumps([run(connection, query) for query in asked["queries"]], default=str))


main()
