// What pgjdbc does: the extended protocol with unnamed statements at first and named ones after five uses, batches,
// fetch sizes (portals), COPY, both formats.
import java.io.StringReader;
import java.io.StringWriter;
import java.sql.*;
import org.postgresql.PGConnection;

public class JdbcClient {
    static String env(String name) { return System.getenv(name); }

    static void print(ResultSet rows) throws SQLException {
        int columns = rows.getMetaData().getColumnCount();
        while (rows.next()) {
            StringBuilder line = new StringBuilder();
            for (int i = 1; i <= columns; ++i) line.append(i > 1 ? "|" : "").append(rows.getString(i));
            System.out.println(line);
        }
    }

    public static void main(String[] unused) throws Exception {
        String url = "jdbc:postgresql://" + env("PGHOST") + ":" + env("PGPORT") + "/" + env("PGDATABASE") + "?sslmode=" + env("PGSSLMODE");
        try (Connection c = DriverManager.getConnection(url, env("PGUSER"), env("PGPASSWORD"))) {
            try (Statement s = c.createStatement()) {
                s.execute("create table sim_jdbc (id int primary key, name text, price numeric, day date, flag boolean)");
            }
            try (PreparedStatement p = c.prepareStatement("insert into sim_jdbc values (?, ?, ?, ?, ?)")) {
                for (int n = 1; n <= 20; ++n) {
                    p.setInt(1, n);
                    p.setString(2, "name " + n);
                    p.setBigDecimal(3, java.math.BigDecimal.valueOf(n, 2));
                    p.setDate(4, Date.valueOf("2020-02-29"));
                    p.setBoolean(5, n % 2 == 0);
                    p.addBatch();
                }
                System.out.println(p.executeBatch().length);
            }
            try (PreparedStatement p = c.prepareStatement("select name, price, day, flag from sim_jdbc where id = ?")) {
                for (int n = 1; n <= 8; ++n) {
                    p.setInt(1, n);
                    try (ResultSet rows = p.executeQuery()) { print(rows); }
                }
            }
            c.setAutoCommit(false);
            try (PreparedStatement p = c.prepareStatement("select id from sim_jdbc where id > ? order by id")) {
                p.setFetchSize(6);
                p.setInt(1, 2);
                try (ResultSet rows = p.executeQuery()) { print(rows); }
            }
            c.commit();
            Savepoint before = c.setSavepoint();
            try (Statement s = c.createStatement()) {
                s.executeUpdate("insert into sim_jdbc (id) values (1)");
            } catch (SQLException e) {
                System.out.println(e.getSQLState() + " " + e.getMessage());
                c.rollback(before);
            }
            c.commit();
            c.setAutoCommit(true);
            try (Statement s = c.createStatement()) {
                s.executeQuery("select 1 / 0");
            } catch (SQLException e) {
                System.out.println(e.getSQLState() + " " + e.getMessage());
            }
            try (Statement s = c.createStatement()) {
                boolean more = s.execute("select 1; update sim_jdbc set flag = true; select 'x'");
                while (more || s.getUpdateCount() != -1) {
                    if (more) print(s.getResultSet());
                    else System.out.println(s.getUpdateCount());
                    more = s.getMoreResults();
                }
            }
            var copy = c.unwrap(PGConnection.class).getCopyAPI();
            System.out.println(copy.copyIn("copy sim_jdbc (id, name) from stdin", new StringReader("100\tcopied\n101\t\\N\n")));
            StringWriter out = new StringWriter();
            System.out.println(copy.copyOut("copy (select id, name from sim_jdbc where id >= 100 order by id) to stdout", out) + " " + out);
            try (Statement s = c.createStatement()) {
                s.execute("do $$ begin raise notice 'a notice'; end $$");
                for (SQLWarning w = s.getWarnings(); w != null; w = w.getNextWarning()) System.out.println(w.getMessage());
                s.execute("drop table sim_jdbc");
            }
        }
    }
}
