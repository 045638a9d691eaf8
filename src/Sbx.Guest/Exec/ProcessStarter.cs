using Sbx.Guest.Boot;
using Sbx.Guest.Calls;
using Sbx.Guest.Identity;
using Sbx.Guest.Native;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Exec;

/// <summary>Turns an <see cref="ExecRequest"/> into a running process.</summary>
internal static unsafe class ProcessStarter
{
    /// <exception cref="CallException">The request makes no sense, or the program or user does not exist.</exception>
    public static ChildProcess Start(GuestState state, ExecRequest request)
    {
        if (request.Command.Count == 0 || request.Command.Any(argument => argument is null || argument.Contains('\0')))
            throw new CallException(GuestErrorCodes.BadRequest, "the command is empty or holds a NUL character");
        var account = Accounts.Resolve(request.User ?? state.Personality.User.Name);
        var environment = ExecEnvironment.Build(state, account, request);
        var directory = request.WorkingDirectory ?? DefaultDirectory(state, account);
        var path = ProgramPath.Find(request.Command[0], environment.GetValueOrDefault("PATH", ExecEnvironment.DefaultPath));
        using var strings = new NativeStrings();
        using var streams = new ChildStreams(request, account.Uid);
        var arguments = new SpawnArguments
        {
            // Before there is a sandbox, commands run in the template.
            Root = state.IsPersonalized ? null : strings.Add(Machine.BaseDirectory),
            Path = strings.Add(path),
            Arguments = strings.Add(request.Command),
            Environment = strings.Add([.. environment.Select(pair => $"{pair.Key}={pair.Value}")]),
            WorkingDirectory = strings.Add(directory),
            Groups = strings.AddNumbers(account.Groups),
            GroupCount = account.Groups.Length,
            Uid = account.Uid,
            Gid = account.Gid,
            Input = streams.ChildInput,
            Output = streams.ChildOutput,
            Error = streams.ChildError,
            IsTerminal = request.Terminal ? 1 : 0,
        };
        var pid = state.Processes.Start(&arguments, out var ended);
        if (pid < 0)
            throw new SyscallException(-pid, "start a process");
        if (arguments.Errno != 0)
            throw Failure(arguments, request.Command[0], directory);
        return streams.ToProcess(pid, ended, state.Events);
    }

    private static string DefaultDirectory(GuestState state, Account account)
    {
        if (state.Personality.Workspaces is not [var first, ..])
            return account.Home;
        return first.IsFile ? Path.GetDirectoryName(first.Path) ?? "/" : first.Path;
    }

    private static CallException Failure(in SpawnArguments arguments, string program, string directory)
    {
        var what = arguments.Stage switch
        {
            SpawnStage.WorkingDirectory => $"change to the working directory {directory}",
            SpawnStage.Program => $"run {program}",
            SpawnStage.Identity => "take the user's identity",
            _ => "connect the standard streams",
        };
        var code = arguments.Errno switch
        {
            Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP => GuestErrorCodes.NotFound,
            Errno.EACCES or Errno.EPERM or Errno.ENOEXEC or Errno.EISDIR => GuestErrorCodes.NotPermitted,
            _ => GuestErrorCodes.Failed,
        };
        return new CallException(code, new SyscallException(arguments.Errno, what).Message);
    }
}
