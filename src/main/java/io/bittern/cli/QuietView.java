package io.bittern.cli;

import io.bittern.client.Bittern;
import io.bittern.client.Failure;
import io.bittern.client.TorrentEvent;
import io.bittern.metainfo.MagnetLink;
import io.bittern.metainfo.Metainfo;
import java.util.List;

/** A session that says nothing but problems, and the paths of what is complete. */
record QuietView(Shell shell) implements View {

    @Override
    public void loaded(List<Row> rows, int port) {}

    @Override
    public void happened(Row row, TorrentEvent event) {}

    @Override
    public void done(Row row) {
        shell.out().println(row.path());
        shell.out().flush();
    }

    @Override
    public void learning(Bittern.Learning learning) {}

    @Override
    public void learned(MagnetLink link, Metainfo torrent) {}

    @Override
    public void note(String text) {}

    @Override
    public void problem(ExitCode code, String text) {
        shell.problem(text);
    }

    @Override
    public void failed(Row row, Failure failure) {
        shell.problem(Lines.failure(row, failure));
    }

    @Override
    public void tick() {}

    @Override
    public void close() {}
}
