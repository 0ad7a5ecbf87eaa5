package dev.cachepolicy.operator.status;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes Events ({@code events.k8s.io/v1}) behind the caller's back: recording neither blocks nor fails. What does not
 * fit into the queue while the API server is slow or away is logged and dropped, since an Event is a hint and the
 * conditions are the record.
 */
public final class EventRecorder implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
    private static final DateTimeFormatter MICROS = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'");
    private static final int MAX_QUEUED = 5000;

    /** After a change of many policies their statuses come first: their readers wait. */
    private static final Duration PACE = Duration.ofMillis(10);

    private static final int MAX_NOTE = 1024;
    private static final String CONTROLLER = "cachepolicy.dev/operator";

    private final KubernetesClient client;
    private final String instance;
    private final Clock clock;
    private final BlockingQueue<Event> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
    private final Thread writer;

    /**
     * @param instance which operator process: its pod's name
     */
    public EventRecorder(KubernetesClient client, String instance, Clock clock) {
        this.client = client;
        this.instance = instance;
        this.clock = clock;
        this.writer = Thread.ofVirtual().name("events").start(this::write);
    }

    /**
     * Records that something went as it should.
     *
     * @param regarding the resource that it is about
     * @param reason in CamelCase, why
     * @param action in CamelCase, what the operator did or tried
     * @param note for people; longer ones are cut
     */
    public void normal(HasMetadata regarding, String reason, String action, String note) {
        record(regarding, "Normal", reason, action, note);
    }

    /** Records that someone should look. Parameters as of {@link #normal}. */
    public void warning(HasMetadata regarding, String reason, String action, String note) {
        record(regarding, "Warning", reason, action, note);
    }

    private void record(HasMetadata regarding, String type, String reason, String action, String note) {
        Event event = new EventBuilder()
                .withNewMetadata()
                .withNamespace(regarding.getMetadata().getNamespace())
                .withGenerateName(regarding.getMetadata().getName() + "-")
                .endMetadata()
                .withEventTime(new MicroTime(MICROS.format(clock.instant().atOffset(ZoneOffset.UTC))))
                .withReportingController(CONTROLLER)
                .withReportingInstance(instance)
                .withRegarding(new ObjectReferenceBuilder()
                        .withApiVersion(regarding.getApiVersion())
                        .withKind(regarding.getKind())
                        .withNamespace(regarding.getMetadata().getNamespace())
                        .withName(regarding.getMetadata().getName())
                        .withUid(regarding.getMetadata().getUid())
                        .build())
                .withType(type)
                .withReason(reason)
                .withAction(action)
                .withNote(note.length() <= MAX_NOTE ? note : note.substring(0, MAX_NOTE - 3) + "...")
                .build();
        if (!queue.offer(event)) {
            LOG.warn("dropped an Event of {}: {} {}", regarding.getMetadata().getName(), reason, note);
        }
    }

    private void write() {
        try {
            while (true) {
                create(queue.take());
                Thread.sleep(PACE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void create(Event event) {
        try {
            client.resource(event).create();
        } catch (KubernetesClientException e) {
            LOG.info(
                    "could not write the Event '{}' of {}: {}",
                    event.getNote(),
                    event.getRegarding().getName(),
                    e.getMessage());
        } catch (RuntimeException e) {
            // A mistake of ours with one Event must not end all others.
            LOG.error("could not write the Event '{}'", event.getNote(), e);
        }
    }

    /** Stops; Events still queued are dropped. */
    @Override
    public void close() {
        writer.interrupt();
    }
}
