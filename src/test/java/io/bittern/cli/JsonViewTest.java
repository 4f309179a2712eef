package io.bittern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.bittern.client.Failure;
import io.bittern.client.PortMapping;
import io.bittern.client.TorrentEvent;
import io.bittern.client.TorrentSnapshot.State;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonViewTest {

    private final TestShell shell = new TestShell(Path.of("/home"));
    private final JsonView view = new JsonView(shell.shell());
    private final FakeBittern.FakeTorrent torrent = Samples.fake("a \"b\".iso");
    private final Row row = new Row(torrent);

    /** The objects on standard output, each read as JSON of its own line; values are texts, lists their elements' texts. */
    static List<Map<String, String>> objects(TestShell shell) throws IOException {
        List<Map<String, String>> objects = new ArrayList<>();
        for (String line : shell.out().lines().toList()) {
            Map<String, String> fields = new LinkedHashMap<>();
            try (JsonParser parser = new JsonFactory().createParser(line)) {
                assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    fields.put(name, value(parser, parser.nextToken()));
                }
                assertThat(parser.nextToken()).isNull();
            }
            objects.add(fields);
        }
        return objects;
    }

    private static String value(JsonParser parser, JsonToken token) throws IOException {
        if (token != JsonToken.START_ARRAY) {
            return parser.getText();
        }
        List<String> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(parser.getText());
        }
        return elements.toString();
    }

    @Test
    void writesOneObjectPerLineFromLoadedToDone() throws IOException {
        torrent.snapshot = Samples.snapshot(State.DOWNLOADING)
                .done(500, 1000)
                .rates(100, 7)
                .peers(2, 1)
                .build();

        view.loaded(List.of(row), 6881);
        view.happened(row, new TorrentEvent.Checked(0, 1000));
        view.happened(row, new TorrentEvent.PieceVerified(3));
        view.happened(row, new TorrentEvent.PieceVerified(4));
        view.tick();
        view.done(row);
        view.close();

        assertThat(objects(shell).stream().map(object -> object.get("event")))
                .containsExactly("added", "loaded", "checked", "verified", "progress", "done");
        assertThat(objects(shell)).allMatch(object -> "1700000000.25".equals(object.get("time")));
        assertThat(objects(shell).get(3)).containsEntry("pieces", "[3, 4]");
        assertThat(objects(shell).get(4))
                .containsEntry("hash", torrent.metainfo().infoHash().toString())
                .containsEntry("name", torrent.metainfo().name())
                .containsEntry("state", "downloading")
                .containsEntry("total", "1000")
                .containsEntry("done", "500")
                .containsEntry("rate_down", "100")
                .containsEntry("rate_up", "7")
                .containsEntry("peers", "2")
                .containsEntry("seeds", "1")
                .containsEntry("eta", "5");
        assertThat(shell.err()).isEmpty();
    }

    @Test
    void writesProgressOnceASecondAndOnlyWhenItHasChanged() throws IOException {
        torrent.snapshot = Samples.snapshot(State.DOWNLOADING).done(1, 1000).build();
        view.loaded(List.of(row), 6881);
        for (int tenth = 0; tenth < 30; tenth++) {
            shell.nanos.set(tenth * 100_000_000L);
            torrent.snapshot = Samples.snapshot(State.DOWNLOADING)
                    .done(Math.min(tenth, 15), 1000)
                    .build();
            view.tick();
        }

        assertThat(objects(shell).stream().filter(object -> "progress".equals(object.get("event"))))
                .extracting(object -> object.get("done"))
                .containsExactly("0", "10", "15");
    }

    @Test
    void writesWhereAGatewayLetsPeersIn() throws IOException {
        var outside = new InetSocketAddress("203.0.113.5", 7881);
        view.portMapping(new PortMapping(List.of(new PortMapping.Door("TCP", outside, "UPnP")), 1, ""));
        view.portMapping(new PortMapping(List.of(), 1, "it refuses"));

        assertThat(shell.out())
                .contains("\"open\":[{\"protocol\":\"TCP\",\"address\":\"203.0.113.5\",\"port\":7881,\"by\":\"UPnP\"}]")
                .contains("\"event\":\"port_mapping\"")
                .contains("\"open\":[],\"message\":\"no port is open from outside: it refuses\"");
    }

    @Test
    void writesErrorsWithTheirCodeAndSaysThemOnStandardErrorToo() throws IOException {
        view.failed(row, new Failure(Failure.Kind.NO_SPACE, "No space left\u001b[31m"));
        view.problem(ExitCode.NOT_FOUND, "there is no file x");

        assertThat(objects(shell))
                .extracting(object -> object.get("event") + " " + object.get("code") + " " + object.get("message"))
                .containsExactly("error 9 No space left[31m", "error 3 there is no file x");
        assertThat(shell.err().lines()).hasSize(2).allMatch(line -> line.startsWith("bittern: "));
    }
}
