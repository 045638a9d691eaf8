using Sbx.Guest.Calls;
using Sbx.Guest.Identity;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Exec;

/// <summary>The environment of a new process: the account's, below the sandbox's, below the request's.</summary>
internal static class ExecEnvironment
{
    public const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>Sourced by every bash of the sandbox.</summary>
    public const string PersistentScript = "/etc/sandbox-persistent.sh";

    /// <exception cref="CallException">A variable's name or value cannot be one.</exception>
    public static Dictionary<string, string> Build(GuestState state, Account account, ExecRequest request)
    {
        var environment = new Dictionary<string, string>
        {
            ["HOME"] = account.Home,
            ["USER"] = account.Name,
            ["LOGNAME"] = account.Name,
            ["SHELL"] = account.Shell,
            ["PATH"] = account.Uid == 0 ? DefaultPath : $"{account.Home}/.local/bin:{DefaultPath}",
            ["LANG"] = "C.UTF-8",
            ["BASH_ENV"] = PersistentScript,
        };
        if (request.Terminal)
            environment["TERM"] = "xterm-256color";
        foreach (var (name, value) in state.Environment.Concat(request.Environment))
        {
            if (name.Length == 0 || name.Contains('=') || name.Contains('\0') || value is null || value.Contains('\0'))
                throw new CallException(GuestErrorCodes.BadRequest, "the environment holds a name or value that cannot be one");
            environment[name] = value;
        }

        return environment;
    }
}
