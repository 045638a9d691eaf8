using Sbx.Guest.Boot;
using Sbx.Guest.Calls;
using Sbx.Guest.Egress;
using Sbx.Guest.Files;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Identity;

/// <summary>Makes the machine this one sandbox: entropy and clock first, then the disk and the root, then everything in it.</summary>
internal static class Personalizer
{
    private static int _begun;

    /// <exception cref="CallException">It was done already, or the request is not valid.</exception>
    public static Task RunAsync(GuestState state, PersonalizeRequest request)
    {
        Validate(request);
        if (Interlocked.Exchange(ref _begun, 1) != 0)
            throw new CallException(GuestErrorCodes.Failed, "the machine has been personalized already");
        state.DiskRoot = Apply(request);
        if (!request.Egress)
        {
            state.Gateway?.Close();
            CaptureInterface.Close();
        }

        if (request.Workspaces.Count > 0)
            WorkspaceMounts.Mount(state.FilesPort, request.Workspaces);
        state.Personalized(request, SandboxEnvironment(request));
        return Task.CompletedTask;
    }

    /// <summary>What depends on this thread's mounts and nothing else. Returns a descriptor of the disk's root.</summary>
    public static int Apply(PersonalizeRequest request)
    {
        Validate(request);
        Kernel.AddEntropy(request.Entropy);
        Kernel.SetClock(request.UnixNanoseconds);
        Kernel.SetHostName(request.Name);
        var disk = RootFileSystem.Enter();
        HostFiles.Write(request);
        UserSetup.Apply(request.User);
        ShellSetup.Apply();
        TrustedCertificates.Add(request.TrustedCa);
        return disk;
    }

    /// <summary>Variables that every process of the sandbox gets.</summary>
    public static Dictionary<string, string> SandboxEnvironment(PersonalizeRequest request)
    {
        var environment = new Dictionary<string, string>();
        foreach (var (name, value) in (request.Egress ? EgressEnvironment.Proxies : new Dictionary<string, string>())
            .Concat(request.TrustedCa is null ? new Dictionary<string, string>() : EgressEnvironment.Certificates)
            .Concat(request.Environment))
            environment[name] = value;
        environment["SANDBOX_NAME"] = request.Name;
        environment["SANDBOX_ID"] = request.Id;
        return environment;
    }

    private static void Validate(PersonalizeRequest request)
    {
        static bool IsPath(string path) => path.StartsWith('/') && !path.Contains('\0') && !path.Split('/').Contains("..");
        if (request.Name.Length is 0 or > 64 || !request.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_'))
            throw new CallException(GuestErrorCodes.BadRequest, "the name cannot be a host name");
        if (request.MachineId.Length != 32 || !request.MachineId.All(char.IsAsciiHexDigitLower))
            throw new CallException(GuestErrorCodes.BadRequest, "the machine id is not 32 hexadecimal digits");
        if (request.Entropy.Length < 64)
            throw new CallException(GuestErrorCodes.BadRequest, "at least 64 bytes of entropy are needed");
        if (request.User.Uid <= 0 || request.User.Gid <= 0 || !IsPath(request.User.Home)
            || request.User.Name.Length is 0 or > 32 || !request.User.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new CallException(GuestErrorCodes.BadRequest, "the user is not valid");
        if (request.Workspaces.Any(workspace => !IsPath(workspace.Path) || workspace.Path.Trim('/').Length == 0
            || workspace.Index.Length is 0 or > 10 || !workspace.Index.All(char.IsAsciiDigit)))
            throw new CallException(GuestErrorCodes.BadRequest, "a workspace's path is not absolute or its index is no number");
    }
}
