using System.Diagnostics;
using Sbx.Guest.Egress;
using Sbx.Guest.Exec;
using Sbx.Protocol.Channel;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Calls;

/// <summary>What the calls share. The personality is written once, before <see cref="IsPersonalized"/> turns true.</summary>
internal sealed class GuestState(int filesPort, ProcessTable processes, DescriptorEvents events)
{
    private PersonalizeRequest? _personality;

    /// <summary>Descriptor of the port that carries FUSE messages.</summary>
    public int FilesPort { get; } = filesPort;

    public ProcessTable Processes { get; } = processes;

    public DescriptorEvents Events { get; } = events;

    /// <summary>The sockets of the egress capture, or null while booting.</summary>
    public EgressGateway? Gateway { get; set; }

    /// <summary>The channel to the present host.</summary>
    public Multiplexer? Channel { get; set; }

    /// <summary>Descriptor of the writable disk's root directory, or -1.</summary>
    public int DiskRoot { get; set; } = -1;

    public bool IsPersonalized => Volatile.Read(ref _personality) is not null;

    /// <summary>Clock reading at personalization, of <see cref="Stopwatch"/>.</summary>
    public long PersonalizedAt { get; private set; }

    /// <summary>Variables that every process gets.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; private set; } = new Dictionary<string, string>();

    /// <exception cref="InvalidOperationException">The machine has not been personalized.</exception>
    public PersonalizeRequest Personality =>
        Volatile.Read(ref _personality) ?? throw new InvalidOperationException("the machine has not been personalized yet");

    public void Personalized(PersonalizeRequest request, IReadOnlyDictionary<string, string> environment)
    {
        Environment = environment;
        PersonalizedAt = Stopwatch.GetTimestamp();
        Volatile.Write(ref _personality, request);
    }
}
