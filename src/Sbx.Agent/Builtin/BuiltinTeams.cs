namespace Sbx.Agent.Builtin;

/// <summary>Teams that need no file.</summary>
internal static class BuiltinTeams
{
    public const string Default = """
        agents:
          root:
            model: auto
            description: A helpful assistant for any task
            welcome_message: Hello! What can I do for you?
            instruction: |
              You are a knowledgeable assistant who works in the user's project.
              Look at the files before you talk about them, and use your tools rather than guess.
              Be helpful, exact and brief.
            skills: true
            add_date: true
            add_environment_info: true
            add_prompt_files: [AGENTS.md]
            toolsets:
              - type: filesystem
              - type: shell
              - type: fetch
        """;

    public const string Coder = """
        agents:
          root:
            model: auto
            description: An expert software engineer
            welcome_message: What shall we build or mend?
            instruction: |
              You are an expert software engineer in the user's project.
              First understand: search and read before you change anything. Then make the smallest change that does what is asked, in the style of what is there.
              Then prove it: run the project's build, linter and tests, and mend what fails before you call it done.
              At the end say in a few lines what you changed and why. Ask only when you truly cannot decide.
            skills: true
            add_date: true
            add_environment_info: true
            add_prompt_files: [AGENTS.md]
            toolsets:
              - type: filesystem
              - type: shell
              - type: todo
              - type: fetch
            commands:
              commit:
                description: Commit what was changed
                instruction: |
                  Make one commit of these changes with a fitting message.
                  Status: !`git status --short`
                  Changes: !`git diff HEAD`
              test:
                description: Run the tests and mend what fails
                instruction: Find out how this project's tests are run, run them, and mend what fails until all pass.
        """;

    /// <summary>The text of a built-in team, or null.</summary>
    public static string? Find(string name) => name switch { "default" => Default, "coder" => Coder, _ => null };
}
