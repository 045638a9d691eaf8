namespace Sbx.Protocol.Messages;

/// <summary>
/// Names of the services on the channel, and the names of the virtio-serial ports. Each call opens a stream, writes one
/// length-prefixed JSON request and reads one length-prefixed JSON <see cref="Reply"/>; some then carry raw bytes.
/// </summary>
public static class GuestServices
{
    /// <summary>Name of the virtio-serial port that carries the multiplexed channel.</summary>
    public const string ControlPort = "sbx.control";

    /// <summary>Name of the virtio-serial port that carries raw FUSE requests and replies, which frame themselves.</summary>
    public const string FilesPort = "sbx.files";

    /// <summary>Host→guest: <see cref="PersonalizeRequest"/>; identity, clock, entropy, disks, mounts. Once per start.</summary>
    public const string Personalize = "personalize";

    /// <summary>
    /// Host→guest, before the guest has an identity: an exec as of <see cref="Exec"/>, run in the template, after a trial of
    /// taking an identity on the disk that is attached. Nothing stays of it but warm caches and a written disk.
    /// </summary>
    public const string Rehearse = "rehearse";

    /// <summary>Host→guest: <see cref="ExecRequest"/>, then <see cref="ExecFrame"/>s both ways.</summary>
    public const string Exec = "exec";

    /// <summary>Host→guest: <see cref="ArchiveRequest"/>, a reply, then a tar stream from the host until it finishes, then a second reply.</summary>
    public const string PutArchive = "archive.put";

    /// <summary>Host→guest: <see cref="ArchiveRequest"/>, a reply, then a tar stream from the guest until it finishes.</summary>
    public const string GetArchive = "archive.get";

    /// <summary>Host→guest: <see cref="DialRequest"/>, a reply, then raw bytes both ways.</summary>
    public const string Dial = "dial";

    /// <summary>Host→guest: no request; reply data is a <see cref="GuestUsage"/>.</summary>
    public const string Usage = "usage";

    /// <summary>Host→guest: <see cref="ShutdownRequest"/>; ends all processes, syncs, unmounts, replies, powers off.</summary>
    public const string Shutdown = "shutdown";

    /// <summary>Guest→host: <see cref="EgressOpen"/>, a reply, then raw bytes both ways.</summary>
    public const string Egress = "egress";
}
