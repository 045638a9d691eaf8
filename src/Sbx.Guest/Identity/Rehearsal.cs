using System.Runtime.ExceptionServices;
using System.Text.Json;
using Sbx.Guest.Boot;
using Sbx.Guest.Files;
using Sbx.Guest.Native;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Identity;

/// <summary>
/// Takes an identity for trial, by the code that will take the real one, on a thread with mounts and host name of its own and
/// on whatever disk is attached. Under emulation the first run of any code costs many times the second: QEMU translates it
/// then. Afterwards the disk may be exchanged for another one of the same size.
/// </summary>
internal static class Rehearsal
{
    // Any will do; the kernel takes none before its own start, which counts from 1970 here.
    private const long SomeTime = 1_750_000_000_000_000_000;

    /// <summary>Runs it and waits for its end; everything is unmounted again then.</summary>
    /// <exception cref="IOException">A step failed, so the real one would as well.</exception>
    public static void Run()
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                RunAside();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    private static void RunAside()
    {
        using var mounts = new OwnedDescriptor(Descriptor.Open("/proc/thread-self/ns/mnt", Libc.OReadOnly));
        SyscallException.Check(Libc.Unshare(Libc.CloneRoot | Libc.CloneMounts | Libc.CloneHostName), "unshare");
        try
        {
            var request = Sample();
            _ = Libc.Close(Personalizer.Apply(request));
            WorkspaceMounts.Rehearse();
            _ = Personalizer.SandboxEnvironment(request);
        }
        finally
        {
            // Leaving the mounts ends them, here and now; at the end of the thread they would go some time after it.
            SyscallException.Check(Libc.SetNamespace(mounts.Value, Libc.CloneMounts), "setns");
        }
    }

    // By way of JSON, as the real one comes.
    private static PersonalizeRequest Sample()
    {
        var request = new PersonalizeRequest
        {
            Name = "rehearsal",
            Id = "rehearsal",
            MachineId = new string('0', 32),
            UnixNanoseconds = SomeTime,
            TimeZone = "Etc/UTC",
            Entropy = RandomBytes(64),
            User = new GuestUser("agent", 1000, 1000, "/home/agent"),
            Workspaces = [new WorkspaceMount("0", "/rehearsal", false, false)],
            Environment = new Dictionary<string, string> { ["REHEARSAL"] = "1" },
            Egress = true,
            TrustedCa = "-----BEGIN CERTIFICATE-----\nrehearsal\n-----END CERTIFICATE-----\n",
        };
        var json = ProtocolJson.Default.PersonalizeRequest;
        return JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(request, json), json)!;
    }

    // The kernel's: the framework's generator wants OpenSSL.
    private static byte[] RandomBytes(int count)
    {
        using var source = new OwnedDescriptor(Descriptor.Open("/dev/urandom", Libc.OReadOnly));
        var bytes = new byte[count];
        return Descriptor.Read(source.Value, bytes) == count ? bytes : throw new EndOfStreamException("/dev/urandom ended");
    }
}
