package io.bittern.webseed;

import io.bittern.metainfo.FileLayout;
import io.bittern.metainfo.Metainfo;
import io.bittern.metainfo.PieceSizes;
import io.bittern.net.Percent;
import io.bittern.piece.Bitfield;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** What to ask one web seed for to get which part of the payload; pure. */
public abstract sealed class WebPlan {

    private final WebUrl base;
    final FileLayout layout;

    private WebPlan(WebUrl base, FileLayout layout) {
        this.base = base;
        this.layout = layout;
    }

    /** A server that has the files of a torrent (BEP 19). */
    public static WebPlan ofFiles(Metainfo metainfo, String url) throws WebSeedException {
        return new Files(WebUrl.parse(url), metainfo);
    }

    /** A server that gives ranges of pieces to whoever names the torrent (BEP 17). */
    public static WebPlan ofPieces(Metainfo metainfo, String url) throws WebSeedException {
        return new Pieces(WebUrl.parse(url), metainfo);
    }

    /** The first part of a part of the payload that can be asked for in one go. */
    abstract Part first(long offset, long length);

    /** The pieces of which no byte is in these files. */
    Bitfield without(BitSet files) {
        Bitfield pieces = new Bitfield(sizes().count());
        pieces.setAll();
        files.stream().forEach(file -> {
            for (int piece = layout.firstPiece(file); piece <= layout.lastPiece(file); piece++) {
                pieces.clear(piece);
            }
        });
        return pieces;
    }

    PieceSizes sizes() {
        return layout.sizes();
    }

    WebUrl base() {
        return base;
    }

    /** The server, without what may be a key: for messages. */
    @Override
    public String toString() {
        return base.toString();
    }

    private static final class Files extends WebPlan {

        private final List<List<byte[]>> paths;
        private final boolean single;

        private Files(WebUrl base, Metainfo metainfo) {
            super(base, metainfo.layout());
            this.paths = metainfo.rawPaths();
            this.single = paths.size() == 1 && paths.get(0).size() == 1;
        }

        @Override
        Part first(long offset, long length) {
            FileLayout.Slice slice = layout.slices(offset, 1).get(0);
            FileLayout.TorrentFile file = layout.file(slice.file());
            long here = Math.min(length, file.length() - slice.fileOffset());
            Optional<WebUrl> url = file.pad() ? Optional.empty() : Optional.of(url(slice.file()));
            return new Part(offset, here, slice.file(), url, slice.fileOffset(), file.length());
        }

        /** The URL of a torrent of one file is that of the file, unless it is that of a folder. */
        private WebUrl url(int file) {
            boolean folder = base().uri().toString().endsWith("/");
            if (single && !folder) {
                return base();
            }
            return base().plus((folder ? "" : "/") + WebUrl.path(paths.get(file)));
        }
    }

    private static final class Pieces extends WebPlan {

        private final String hash;

        private Pieces(WebUrl base, Metainfo metainfo) {
            super(base, metainfo.layout());
            this.hash = Percent.encode(metainfo.infoHash().bytes());
        }

        @Override
        Part first(long offset, long length) {
            int piece = (int) (offset / sizes().pieceLength());
            long from = offset - sizes().offset(piece);
            long here = Math.min(length, sizes().lengthOf(piece) - from);
            String query = (base().hasQuery() ? "&" : "?") + "info_hash=" + hash + "&piece=" + piece + "&ranges=" + from
                    + "-" + (from + here - 1);
            return new Part(offset, here, -1, Optional.of(base().plus(query)), 0, here);
        }
    }
}
