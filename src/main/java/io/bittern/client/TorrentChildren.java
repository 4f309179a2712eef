package io.bittern.client;

import io.bittern.choke.ChokePolicy;
import io.bittern.choke.ChokerActor;
import io.bittern.metainfo.Metainfo;
import io.bittern.store.FileStorage;
import io.bittern.store.PieceStoreActor;
import io.bittern.store.StoreSettings;
import io.bittern.torrent.TorrentParts;
import io.bittern.webseed.WebPlan;
import io.bittern.webseed.WebSeedActor;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;

/** The real children of one torrent. */
final class TorrentChildren extends PeerContacts implements TorrentParts.Children {

    private final Shared shared;
    private final AddTorrent request;

    TorrentChildren(Shared shared, AddTorrent request) {
        super(
                shared,
                request.metainfo().infoHash(),
                request.metainfo().sizes(),
                request.metainfo()::infoBytes,
                request.metainfo().isPrivate());
        this.shared = shared;
        this.request = request;
    }

    @Override
    public Behavior<PieceStoreActor.Command> store(BitSet files, ActorRef<PieceStoreActor.Event> torrent) {
        Metainfo metainfo = request.metainfo();
        Path state = shared.settings().stateDir().resolve(DataFolder.name(request.folder()));
        var place = FileStorage.Place.of(
                metainfo,
                request.folder(),
                state,
                files,
                shared.settings().storage().preallocate());
        var pace = new StoreSettings.Pace(
                StoreSettings.Pace.DEFAULT.flushAfter(),
                shared.settings().storage().syncInterval(),
                shared.settings().storage().syncBytes(),
                StoreSettings.Pace.DEFAULT.countersAfter());
        return PieceStoreActor.create(StoreSettings.inFolder(metainfo, place, state, shared.disk(), pace), torrent);
    }

    @Override
    public Behavior<ChokerActor.Command> choker() {
        Settings.Uploads uploads = shared.settings().uploads();
        long quota = (long) uploads.quota() * request.metainfo().sizes().pieceLength();
        var rules = new ChokePolicy.Settings(uploads.slots(), uploads.fastestFirst(), quota);
        return ChokerActor.create(
                () -> choking(new ChokePolicy(
                        rules, new SplittableRandom(shared.random().nextLong()))),
                ChokerActor.Settings.USUAL);
    }

    @Override
    public Behavior<WebSeedActor.Command> webSeed(
            int seed, WebPlan plan, ActorRef<PieceStoreActor.Command> store, ActorRef<WebSeedActor.Event> torrent) {
        return WebSeedActor.create(
                seed,
                new WebSeedActor.Environment(
                        plan,
                        shared.web(),
                        store,
                        new WebSeedActor.Limits(
                                shared.limits().budget(), shared.limits().download()),
                        WebSeedActor.Settings.usual(shared.nanoTime())),
                torrent);
    }

    private ChokerActor.Policy choking(ChokePolicy policy) {
        return (standings, turn) -> {
            long now = shared.nanoTime().getAsLong();
            boolean saturated = shared.limits().upload().busy(now);
            return policy.choose(standings, turn, saturated, now).unchoked();
        };
    }
}
